"""Packages between two installations by resumable chunks, every request and answer signed (design sections 7, 10).

`signing` the words that are signed · `door` who may call · `announcing` what a package says of itself · `landing` bytes
on disk · `arriving` a package that comes · `loads`, `client`, `sending` one that goes · `peers` who is connected.
"""
