namespace Klp.Boot.Tests.LoaderRules;

/// <summary>The guests in which rules are observed.</summary>
internal enum LoadRuleGuest
{
    /// <summary>The demo kernel.</summary>
    Demo,

    /// <summary>The hardened kernel.</summary>
    Hardened,

    /// <summary>The hardened kernel with module.sig_enforce=1.</summary>
    Enforcing,

    /// <summary>The distribution's own x86-64 kernel.</summary>
    Distribution,

    /// <summary>The kernel of the series before the demo kernel's.</summary>
    Previous,

    /// <summary>The x86-64 kernel of backports.</summary>
    Backports,
}
