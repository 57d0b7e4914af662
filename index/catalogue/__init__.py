"""What a procedure is, and how lists and details of procedures come in."""
