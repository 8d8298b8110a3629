"""Cash accounts: the banks and tills that hold the company's money, and transfers between them."""
