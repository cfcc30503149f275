"""What people read. A report is a frozen value first; pages, workbooks and files are made from it."""
