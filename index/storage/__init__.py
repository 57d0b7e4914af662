"""What lies on disk: a version folder holds a Whoosh index and the arrays compiled from it."""
