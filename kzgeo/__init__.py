"""kzgeo: maps of migration between the regions of Kazakhstan."""
