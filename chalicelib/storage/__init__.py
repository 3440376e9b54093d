"""DynamoDB, one table. `keys` and `items` are pure; `table` makes the calls; the other modules know what they mean.

`evidence_store` answers, from `current` items and from `history`, and hands what is to be written on to `recording`. `frameworks` are the
entries of the catalogue and their life, `sources` and `registers` the small lists, `doctor` looks whether all of it agrees.
"""
