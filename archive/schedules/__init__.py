"""归档范围和保管期限表: which row meets a document and why (matching), what is in force and what differs (versions),
what a version would change (trying), and the Excel sheet (sheets)."""
