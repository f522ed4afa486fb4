"""Actions of the menus: their texts, tips and keys."""
