using System.Diagnostics.CodeAnalysis;

namespace Klp.DebugInfo.Btf;

/// <summary>BTF_KIND_* of the kernel's include/uapi/linux/btf.h.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names that C has for them.")]
public enum BtfKind
{
    /// <summary>BTF_KIND_INT: an integer.</summary>
    Integer = 1,

    /// <summary>BTF_KIND_PTR: a pointer.</summary>
    Pointer = 2,

    /// <summary>BTF_KIND_ARRAY: an array.</summary>
    Array = 3,

    /// <summary>BTF_KIND_STRUCT: a structure.</summary>
    Structure = 4,

    /// <summary>BTF_KIND_UNION: a union.</summary>
    Union = 5,

    /// <summary>BTF_KIND_ENUM: an enumeration with values of 32 bits.</summary>
    Enumeration = 6,

    /// <summary>BTF_KIND_FWD: a structure or union that is only declared.</summary>
    Forward = 7,

    /// <summary>BTF_KIND_TYPEDEF: another name of a type.</summary>
    Alias = 8,

    /// <summary>BTF_KIND_VOLATILE: a volatile type.</summary>
    Volatile = 9,

    /// <summary>BTF_KIND_CONST: a constant type.</summary>
    Const = 10,

    /// <summary>BTF_KIND_RESTRICT: a restricted pointer.</summary>
    Restrict = 11,

    /// <summary>BTF_KIND_FUNC: a function.</summary>
    Function = 12,

    /// <summary>BTF_KIND_FUNC_PROTO: the type of a function.</summary>
    FunctionPrototype = 13,

    /// <summary>BTF_KIND_VAR: a variable.</summary>
    Variable = 14,

    /// <summary>BTF_KIND_DATASEC: a section with variables.</summary>
    DataSection = 15,

    /// <summary>BTF_KIND_FLOAT: a floating-point number.</summary>
    Float = 16,

    /// <summary>BTF_KIND_DECL_TAG: a tag of a declaration.</summary>
    DeclarationTag = 17,

    /// <summary>BTF_KIND_TYPE_TAG: a tag of a type.</summary>
    TypeTag = 18,

    /// <summary>BTF_KIND_ENUM64: an enumeration with values of 64 bits.</summary>
    Enumeration64 = 19,
}
