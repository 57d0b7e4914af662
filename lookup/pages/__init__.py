"""What people look at: HTML, pictures and files for a phone, a wall, a search engine."""
