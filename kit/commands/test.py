"""`kit test`: run the kit's own tests."""

from __future__ import annotations

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("arguments", metavar="[PYTEST ARGUMENTS]...", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the kit's own tests, from a checkout.

    Whatever follows goes to pytest.

    \b
    Examples:
        kit test
        kit test -m "not lab"
        kit test tests/test_cli.py -x
    """
    from kit.places.suite import run_suite, what_is_skipped

    for sentence in what_is_skipped():
        click.echo(sentence)
    run_suite(arguments)
