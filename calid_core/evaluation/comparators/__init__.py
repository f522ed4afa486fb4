"""What CaLID is compared with: other trained methods, and earlier ones for their cost."""
