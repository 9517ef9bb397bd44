using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Setup;

/// <summary>The README's commands as a newcomer types them: eth0 and eth1, the repository's own innkeeper.toml, the default places.</summary>
public sealed class ReadmeTests : IDisposable
{
    private static readonly string s_ns = $"ik{Environment.ProcessId}readme";

    public ReadmeTests()
    {
        var missing = Requirements.MissingGateway();
        Assert.SkipWhen(missing is not null, missing ?? "");
        Command.Run("ip", "netns", "add", s_ns).AssertOk();
        Command.Run("ip", "-n", s_ns, "link", "set", "lo", "up").AssertOk();
        foreach (var (name, address) in (ReadOnlySpan<(string, string)>)[("eth0", "137.118.199.2/24"), ("eth1", "")])
        {
            Command.Run("ip", "-n", s_ns, "link", "add", name, "type", "veth", "peer", "name", name + "-peer").AssertOk();
            Command.Run("ip", "-n", s_ns, "link", "set", name + "-peer", "up").AssertOk();
            Command.Run("ip", "-n", s_ns, "link", "set", name, "up").AssertOk();
            if (address != "")
            {
                Command.Run("ip", "-n", s_ns, "address", "add", address, "dev", name).AssertOk();
            }
        }

        Command.Run("ip", "-n", s_ns, "route", "add", "default", "via", "137.118.199.1").AssertOk();
    }

    [Fact]
    public void Commands_OfTheReadme_WorkAsWritten()
    {
        var root = Checkout.Root;
        var commands = File.ReadLines(Path.Combine(root, "README.md")).Where(line => line.StartsWith("out/innkeeper ", StringComparison.Ordinal)).ToList();
        Assert.Contains(commands, c => c.Contains(" run --access ", StringComparison.Ordinal));
        Assert.Contains(commands, c => c.Contains(" run --on ", StringComparison.Ordinal));
        Assert.Contains(commands, c => c.Contains(" run --config ", StringComparison.Ordinal));

        // Default places, but on file systems that only this shell sees. `run` goes on until what follows was asked of it.
        var script = new List<string>
        {
            "set -eu", "mkdir -p /var/lib/innkeeper /run/innkeeper", "mount -t tmpfs none /var/lib/innkeeper", "mount -t tmpfs none /run/innkeeper", $"cd {root}",
            "start() { : > /run/innkeeper/out; \"$@\" > /run/innkeeper/out & pid=$!; until grep -qx ready /run/innkeeper/out; do kill -0 $pid; sleep 0.05; done; }",
            "end() { kill $pid; wait $pid; out/innkeeper teardown; }",
            "pid=", "trap '[ -z \"$pid\" ] || kill $pid' EXIT",
        };
        foreach (var command in commands)
        {
            script.Add($"echo '== {command}'");
            script.Add(command.Contains(" run ", StringComparison.Ordinal) ? $"[ -z \"$pid\" ] || end; start {command}"
                : command.EndsWith("teardown", StringComparison.Ordinal) ? "end; pid="
                : command);
        }

        script.Add("[ -z \"$pid\" ] || { end; pid=; }");
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, script);
            var result = Testbed.Run(s_ns, TimeSpan.FromSeconds(60), "unshare", "-m", "bash", file);
            Assert.True(result.Succeeded, result.ToString());
            Assert.Contains("innkeeper.toml: no errors", result.Stdout);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public void Dispose() => Command.Run("ip", "netns", "del", s_ns);
}
