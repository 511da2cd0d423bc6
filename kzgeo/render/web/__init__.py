"""One scene in its languages and all its years as one offline web page."""

from kzgeo.render.web.page import save_page

__all__ = ["save_page"]
