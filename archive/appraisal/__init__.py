"""鉴定 after the period's end: due list, group, opinions, report, approval, destruction with two witnesses; holds."""
