"""A second telling of the register's rules, as plain as can be, for tests to hold the product against."""
