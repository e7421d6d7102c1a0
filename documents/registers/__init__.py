"""The registers of the trade: 发文登记簿, 收文登记簿, 用印登记簿 (practice 2.1), on screen, as workbook and on paper.

`columns` says what each register has, `rows` reads it in slices, `excel` and `paper.ledger` write the same lines down.
"""
