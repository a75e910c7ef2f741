"""What is promised: contracts, code lists, regions and findings as data, and the one model that reads them."""
