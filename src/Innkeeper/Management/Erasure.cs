using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>A part of the gateway that keeps data about devices.</summary>
/// <param name="Name">In words: "the events".</param>
/// <param name="Erase">Takes a device's data out, in memory and on disk. It may wait for the disk: not for the control plane's thread.</param>
internal sealed record ErasedPart(string Name, Action<ErasedDevice> Erase);

/// <summary>Takes one device's data out of everything that is kept.</summary>
/// <param name="stays">Records that stay.</param>
internal sealed class Erasure(IReadOnlyList<ErasedPart> parts, Func<IReadOnlyList<StayReport>> stays)
{
    /// <summary>A part that fails keeps the others from nothing.</summary>
    public Task<ErasureReport> RunAsync(ErasedDevice device) => Task.Run(() =>
    {
        var (erased, failed) = (new List<string>(), new List<string>());
        foreach (var part in parts)
        {
            try
            {
                part.Erase(device);
                erased.Add(part.Name);
            }
            catch (Exception e) when (e is StorageException or IOException or UnauthorizedAccessException or TimeoutException or AggregateException)
            {
                failed.Add($"{part.Name}: {SafeText.OneLine((e as AggregateException)?.InnerException?.Message ?? e.Message)}");
            }
        }

        return new ErasureReport(erased, failed, stays());
    });
}
