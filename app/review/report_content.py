"""What a report says, as plain texts and pictures; PDF, HTML and JSON are made from the same content."""
