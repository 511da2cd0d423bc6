"""Scenes to files: figures for paper, pages for the web, a GeoPackage for a GIS."""
