"""One command a file. Their modules import only Typer at the top; what a command needs is imported when it runs."""
