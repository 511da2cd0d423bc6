"""From a recipe and an atlas to a scene: one map fully decided, in millimetres on the page."""
