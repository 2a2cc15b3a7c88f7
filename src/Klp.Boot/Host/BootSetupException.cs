using Klp.Boot.Machine;

namespace Klp.Boot.Host;

/// <summary>
/// A kernel cannot be booted for want of something on this machine or in its tree. What
/// happens once it does boot is never an exception but a <see cref="BootResult"/>.
/// </summary>
public sealed class BootSetupException : Exception
{
    /// <summary>Says what is wrong and how to mend it.</summary>
    /// <param name="problem">What is wrong, for a program.</param>
    /// <param name="cause">What is wrong, a sentence.</param>
    /// <param name="fix">What to do about it, a sentence.</param>
    /// <param name="innerException">What showed it, where that was an exception.</param>
    public BootSetupException(BootSetupProblem problem, string cause, string fix, Exception? innerException = null)
        : base($"{cause} {fix}".TrimEnd(), innerException)
    {
        Problem = problem;
        Cause = cause;
        Fix = fix;
    }

    /// <summary>What is wrong, for a program to tell apart.</summary>
    public BootSetupProblem Problem { get; }

    /// <summary>What is wrong, a sentence.</summary>
    public string Cause { get; }

    /// <summary>What to do about it, a sentence.</summary>
    public string Fix { get; }
}
