"""What calls what: intents of widgets and actions of menus, joined to controllers, one module per subject."""
