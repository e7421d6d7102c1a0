"""Back-files: catalogues of earlier years, with their files, filed as records (domain 3.8; issue: real input)."""
