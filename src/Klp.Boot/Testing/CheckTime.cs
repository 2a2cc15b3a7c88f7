namespace Klp.Boot.Testing;

/// <summary>When in a livepatch's life something is looked at.</summary>
public enum CheckTime
{
    /// <summary>Before the livepatch is loaded; modules that it patches are.</summary>
    Before,

    /// <summary>When every task runs the new functions.</summary>
    Patched,

    /// <summary>After it was disabled and unloaded.</summary>
    After,
}
