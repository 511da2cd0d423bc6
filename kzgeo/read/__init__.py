"""Any user's file -> canonical frames, each row with its place in the file; problems are gathered, not thrown."""
