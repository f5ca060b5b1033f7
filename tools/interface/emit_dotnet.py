"""Decides what the page on other languages gives for .NET: the P/Invoke signatures of every function."""

from __future__ import annotations

from .header import Function
from .model import Model
from .output import Block, wrap

NUMBERS = {
    "int32_t": "int",
    "uint32_t": "uint",
    "int64_t": "long",
    "uint64_t": "ulong",
    "double": "double",
    "void": "void",
}
RESERVED = {"namespace", "string", "object", "event", "params"}


def emit(model: Model) -> list[Block]:
    lines = [
        "```csharp",
        "internal static partial class Native",
        "{",
        '    private const string Library = "libmpmeter.so.1";',
        "",
    ]
    for callback in model.callbacks:
        parameters = ", ".join(
            f"{_type(model, parameter.type, False)} {parameter.name}" for parameter in callback.parameters
        )
        lines += [
            "    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]",
            f"    internal delegate {_type(model, callback.result, False)} {callback.name}({parameters});",
            "",
        ]
    for function in model.functions:
        lines.append("    [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]")
        lines += wrap(_signature(model, function), "    ", "        ")
    return [Block("docs/other-languages.md", "P/Invoke", "\n".join([*lines, "}", "```"]))]


def _signature(model: Model, function: Function) -> str:
    parameters = []
    for parameter in function.parameters:
        name = f"@{parameter.name}" if parameter.name in RESERVED else parameter.name
        parameters.append(f"{_type(model, parameter.type, True)} {name}")
    return f"internal static extern {_type(model, function.result, False)} {function.name}({', '.join(parameters)});"


def _type(model: Model, kind: str, is_argument: bool) -> str:
    """A text that comes back is borrowed: IntPtr, for Marshal.PtrToStringUTF8."""
    kind = model.integers.get(kind, kind)
    if kind in NUMBERS:
        return NUMBERS[kind]
    if is_argument and kind == "const char *":
        return "[MarshalAs(UnmanagedType.LPUTF8Str)] string?"
    if is_argument and kind == "const char *const *":
        return "[MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPUTF8Str)] string[]?"
    if is_argument and kind.endswith("**"):
        return "out IntPtr"
    if kind in {callback.name for callback in model.callbacks}:
        return f"{kind}?"
    return "IntPtr"
