"""The language level of the real sandbox: Python 3.11, on an interpreter that knows more.

Looks at the text and at what it compiles to first: most cells use nothing of the kind, and a walk through the tree takes
longer than running them.
"""

import ast
import io
import re
import sys
import tokenize
import types
import warnings

from .newer_names import SINCE

_LEVEL = (3, 11)
# Each begins with what is rare in a cell, so that a search is quick: a word, or the quote that follows a prefix.
_NEWER_SYNTAX = [
    re.compile(pattern)
    for pattern in (
        r'type\s+\w',
        r'def\s+\w+\s*\[',
        r'class\s+\w+\s*\[',
        r'except\*?\s[^:(\n]*,',
        r"""["'](?:(?<=\b[tT].)|(?<=\b[tT][rR].)|(?<=\b[rR][tT].))""",
    )
]
_FSTRING = re.compile(r"""["'](?:(?<=\b[fF].)|(?<=\b[fF][rR].)|(?<=\b[rR][fF].))""")
_NEWER_NAMES = {part for name in SINCE for part in (name, name.rpartition('.')[2])}
_BUILTINS = {name.partition('.')[2]: name for name in SINCE if name.startswith('builtins.')}


def parse(source, name):
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return compile(source, name, 'exec', flags, dont_inherit=True)


def check(source, name):
    """Raises SyntaxError for what Python 3.11 cannot parse. This interpreter can."""
    if any(pattern.search(source) for pattern in _NEWER_SYNTAX):
        for node in ast.walk(parse(source, name)):
            _check_node(node, name, source)
        _check_grammar(source, name)
    if _FSTRING.search(source):
        _check_fstrings(source, name)


def _check_grammar(source, name):
    try:
        ast.parse(source, name, feature_version=_LEVEL)
    except SyntaxError as error:
        # Top-level await is fine; anything else ast.parse dislikes would not have given a tree.
        if 'only supported in Python' in str(error.msg):
            raise _error('invalid syntax', name, source, error.lineno, error.offset) from None


def _check_node(node, name, source):
    if isinstance(node, ast.TypeAlias):
        raise _error('invalid syntax', name, source, node.lineno, node.name.col_offset + 1)
    if isinstance(node, ast.TemplateStr):
        raise _error('invalid syntax', name, source, node.lineno, node.col_offset + 2)
    if getattr(node, 'type_params', None):
        first = node.type_params[0]
        message = 'invalid syntax' if isinstance(node, ast.ClassDef) else "expected '('"
        raise _error(message, name, source, first.lineno, first.col_offset)
    if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple) and node.type.elts:
        # In parentheses a tuple begins before its first element.
        group, first = node.type, node.type.elts[0]
        if (group.lineno, group.col_offset) == (first.lineno, first.col_offset):
            message = 'multiple exception types must be parenthesized'
            raise _error(message, name, source, group.lineno, group.col_offset + 1, group.end_col_offset + 1)


class _Open:
    """An f-string that has begun."""

    def __init__(self, token):
        self.quote = _quote(token.string)
        self.start = token.start
        # The brackets that are open in its expression, the brace first.
        self.brackets = ''


def _check_fstrings(source, name):
    """Before 3.12 an f-string was one token: its expressions could hold neither its quotes, nor backslashes, nor comments."""
    strings = []
    problem = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind, text, (line, column), _, _ = token
        inside = bool(strings) and strings[-1].brackets != ''
        if inside and kind in (tokenize.FSTRING_START, tokenize.STRING):
            _check_quote(token, strings, name, source)
        if kind == tokenize.FSTRING_START:
            strings.append(_Open(token))
        elif kind == tokenize.FSTRING_END:
            strings.pop()
            if problem and not strings:
                raise _error(problem, name, source, token.end[0], token.end[1] + 1)
        elif kind == tokenize.OP and strings and text in '([{':
            strings[-1].brackets += text
        elif kind == tokenize.OP and inside and text in ')]}':
            strings[-1].brackets = strings[-1].brackets[:-1]
        elif inside and kind in (tokenize.NL, tokenize.COMMENT) and len(strings[-1].quote) == 1:
            line, column = strings[-1].start
            raise _error(
                f'unterminated string literal (detected at line {line})', name, source, line, column + 1, column + 1
            )
        elif inside and kind == tokenize.STRING and '\\' in text:
            problem = problem or 'f-string expression part cannot include a backslash'
        elif inside and kind == tokenize.COMMENT:
            problem = problem or "f-string expression part cannot include '#'"


def _check_quote(token, strings, name, source):
    quote = _quote(token.string)
    for string in strings:
        if quote == string.quote or (len(string.quote) == 1 and quote[0] == string.quote):
            bracket = string.brackets[-1:]
            message = "f-string: expecting '}'" if bracket in ('', '{') else f"f-string: unmatched '{bracket}'"
            line, column = token.start
            raise _error(message, name, source, line, column + token.string.index(quote) + len(quote) + 1)


def _quote(text):
    body = text.lstrip('rRbBfFuUtT')
    return body[:3] if body[:3] in ('"""', "'''") else body[:1]


def _error(message, name, source, line, column, end=None):
    lines = source.split('\n')
    text = lines[line - 1] + '\n' if line and line <= len(lines) else None
    return SyntaxError(message, (name, line, column, text, line, column + 1 if end is None else end))


def may_use_newer(code):
    """Whether there may be names to note in what a cell compiled to."""
    if not _NEWER_NAMES.isdisjoint(code.co_names):
        return True
    return any(may_use_newer(part) for part in code.co_consts if type(part) is types.CodeType)


def notes(tree, namespace, offset):
    """Uses of names that Python 3.11 does not have, in the order of the lines."""
    modules = _modules_by_name(tree, namespace)
    assigned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    found = set()
    for node in ast.walk(tree):
        for name in _uses(node, modules, assigned | set(namespace)):
            known = next((part for part in _prefixes(name) if part in SINCE), None)
            if known:
                found.add((node.lineno - offset, known))
    return [{'name': name, 'since': SINCE[name], 'line': line} for line, name in sorted(found)]


def _uses(node, modules, own):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f'{node.module}.{alias.name}' for alias in node.names]
    if isinstance(node, ast.Attribute):
        first, _, rest = _dotted(node).partition('.')
        return [f'{modules[first]}.{rest}'] if first in modules else []
    if isinstance(node, ast.Name) and node.id in _BUILTINS and node.id not in own:
        return [_BUILTINS[node.id]]
    return []


def _modules_by_name(tree, namespace):
    """What names stand for modules: those of earlier cells, then this cell's imports."""
    module = type(sys)
    names = {key: value.__name__ for key, value in list(namespace.items()) if type(value) is module}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition('.')[0]
                names[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f'{node.module}.{alias.name}'
    return names


def _dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return '.'.join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ''


def _prefixes(name):
    while name:
        yield name
        name = name.rpartition('.')[0]


def install():
    # Warnings that 3.11 does not print.
    for message in (r"'\w+' in a 'finally' block", r'.*invalid escape sequence'):
        warnings.filterwarnings('ignore', message, SyntaxWarning)
