"""What happens to each file."""
