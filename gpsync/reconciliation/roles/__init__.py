"""The roles that practice staff hold (B48 to B56). Pure."""
