"""DynamoDB: `keys` and `items` are pure, `table` makes the calls, `evidence_store` knows what they mean, `registers` the small lists."""
