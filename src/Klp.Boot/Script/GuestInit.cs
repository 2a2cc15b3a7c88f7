using Klp.Boot.Host;

namespace Klp.Boot.Script;

/// <summary>PID 1 of the guests: guest/init.c, which this assembly carries.</summary>
internal static class GuestInit
{
    /// <summary>The program, compiled for a kernel's architecture.</summary>
    /// <exception cref="BootSetupException">Its compiler or C library is missing.</exception>
    public static async Task<byte[]> GetAsync(KernelUnderTest kernel, CancellationToken cancellation)
    {
        string source = await GetSourceAsync(cancellation).ConfigureAwait(false);
        string program = await new TargetCompiler(kernel).CompileAsync("init", source, cancellation).ConfigureAwait(false);
        return await File.ReadAllBytesAsync(program, cancellation).ConfigureAwait(false);
    }

    /// <summary>Its source.</summary>
    public static async Task<string> GetSourceAsync(CancellationToken cancellation)
    {
        using Stream resource = typeof(GuestInit).Assembly.GetManifestResourceStream("init.c")!;
        using StreamReader reader = new StreamReader(resource);
        return await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
    }
}
