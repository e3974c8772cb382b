"""What operators ask of the service: is everything well, and why is a page as it is."""
