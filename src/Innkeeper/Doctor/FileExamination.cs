using Innkeeper.Configuration;
using Innkeeper.Hosting;

namespace Innkeeper.Doctor;

/// <summary>The configuration file, as `check` reads it, and whether this machine fits it.</summary>
internal sealed class FileExamination : IExamination
{
    public string Name => "configuration";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        var file = examined.File;
        IReadOnlyList<string> unfit = file?.Config is null ? [] : MachineCheck.Errors(file);
        IReadOnlyList<string> advice = file?.Config is null ? [] : [.. SecretFiles.Exposed(file.Config), .. StartupCheck.InsideConflict(file) is { } conflict ? [conflict] : Array.Empty<string>()];
        return Task.FromResult<IReadOnlyList<Finding>>([.. Judge(file, unfit, advice)]);
    }

    /// <param name="unfit">Errors in how the file fits this machine.</param>
    /// <param name="advice">Hints although the file is right.</param>
    internal static IEnumerable<Finding> Judge(ConfigurationResult? file, IReadOnlyList<string> unfit, IReadOnlyList<string> advice)
    {
        if (file is null or { Exists: false })
        {
            return [Finding.Warning("configuration", "there is no configuration file yet; only the machine is examined", "`innkeeper setup` asks for the interfaces and writes one")];
        }

        if (file.Config is null)
        {
            return file.Errors.Select(e => Finding.Failure("configuration", e.ToString(), "correct it; `innkeeper check` shows all errors"));
        }

        return unfit.Count + advice.Count == 0
            ? [Finding.Ok("configuration", $"{file.File}: no errors, and this machine fits it")]
            : [.. unfit.Select(u => Finding.Failure("configuration", u, "correct the file or the machine")), .. advice.Select(a => Finding.Warning("configuration", a, "correct it before it matters"))];
    }
}
