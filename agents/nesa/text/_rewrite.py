"""Makes a template count its own steps: each expression that works with values passes them through a filter."""

from typing import cast

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

from nesa.errors import TemplateError

__all__ = ["COUNTED", "JOINED", "TAKEN", "rewrite"]

COUNTED, JOINED, TAKEN = "(counted)", "(joined)", "(taken)"
"""Names of filters that no template can spell."""

_FOREIGN = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)
_MAX_NODES = 2_000


def rewrite(tree: nodes.Template, environment: Environment) -> nodes.Template:
    """Return the tree with its costs in it.

    Raises:
        TemplateError: it is too large, refers to other templates, or has a loop that calls itself.
    """
    if any(tree.find(kind) is not None for kind in _FOREIGN):
        raise TemplateError("the chat template refers to other templates")
    if (count := _count(tree)) > _MAX_NODES:
        raise TemplateError(f"the chat template has {count} parts, more than {_MAX_NODES}")
    _Rewriter().visit(tree)
    tree.set_environment(environment)
    return tree


def _count(node: nodes.Node) -> int:
    return 1 + sum(map(_count, node.iter_child_nodes()))


def _through(node: nodes.Expr, name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(args), [], None, None, lineno=node.lineno)


def _written(data: nodes.TemplateData) -> nodes.Expr:
    return _through(nodes.Const(data.data, lineno=data.lineno), TAKEN)


class _Rewriter(NodeTransformer):
    """Passes values through filters."""

    def _taken(self, node: nodes.Expr) -> nodes.Expr:
        self.generic_visit(node)
        return node if getattr(node, "ctx", "load") != "load" else _through(node, TAKEN)

    visit_Getitem = visit_List = visit_Tuple = visit_Dict = _taken  # noqa: N815 - the library's names

    def visit_Concat(self, node: nodes.Concat) -> nodes.Expr:  # noqa: N802 - the library's name
        """Count what ``~`` joins."""
        self.generic_visit(node)
        return _through(nodes.List(node.nodes, lineno=node.lineno), JOINED)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Expr:  # noqa: N802 - the library's name
        """Count what is compared."""
        self.generic_visit(node)
        node.expr = _through(node.expr, TAKEN)
        for operand in node.ops:
            operand.expr = _through(operand.expr, TAKEN)
        return node

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the library's name
        """Count a round as all that is in the loop."""
        if node.recursive:
            raise TemplateError("the chat template has a loop that calls itself")
        cost = _count(node)
        self.generic_visit(node)
        node.iter = _through(cast("nodes.Expr", node.iter), COUNTED, nodes.Const(cost, lineno=node.lineno))
        return node

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802 - the library's name
        """Count the template's own text, each time that it is written."""
        self.generic_visit(node)
        node.nodes = [_written(part) if isinstance(part, nodes.TemplateData) else part for part in node.nodes]
        return node
