"""What a partner must show before it goes live: scenarios as data, and the checks that judge what came. No database."""
