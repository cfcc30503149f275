"""PostgreSQL: tables, and one file of queries per subject. Holds no decision."""
