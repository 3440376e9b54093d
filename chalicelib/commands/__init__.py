"""The commands of `python -m chalicelib`: `scoring` asks, `plugins` lists plugins and starts new ones, `tables` fills and keeps data,
`data` imports and exports, `frameworks` changes single entries and figures, `doctor` looks whether all of it agrees.

`loading`, `options` and `printing` are what they share. Click and rich are imported here and in `__main__` only: none of this runs on
Lambda.
"""
