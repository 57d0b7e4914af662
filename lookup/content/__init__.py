"""What belongs together and what words mean, from `data/page`: for pages and programs alike."""
