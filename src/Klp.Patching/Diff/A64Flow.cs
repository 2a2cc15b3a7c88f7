namespace Klp.Patching.Diff;

/// <summary>Where it goes on after an A64 instruction.</summary>
internal enum A64Flow
{
    /// <summary>With the next instruction.</summary>
    Next,

    /// <summary>Where a branch leads.</summary>
    Jump,

    /// <summary>Where a branch leads, or with the next one.</summary>
    ConditionalJump,

    /// <summary>In a function, and then with the next one.</summary>
    Call,

    /// <summary>Where a register leads: a switch, or a function at the end of another.</summary>
    IndirectJump,

    /// <summary>In a function that a register leads to, or in the firmware, and then with the next one.</summary>
    IndirectCall,

    /// <summary>In the caller.</summary>
    Return,
}
