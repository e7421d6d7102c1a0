"""格式转换与迁移: eight steps from the need to the new backup, kept in one register (domain 19.1, 19.3)."""
