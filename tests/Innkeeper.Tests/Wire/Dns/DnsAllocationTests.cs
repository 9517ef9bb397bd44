using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

public class DnsAllocationTests
{
    [Fact]
    public void ParseWalkAndEdit_ThousandMessages_NothingAllocated()
    {
        byte[][] messages = [DnsSamples.Query, DnsSamples.Chain, DnsSamples.NameError, DnsSamples.Signed];
        var buffer = new byte[512];
        Assert.True(Round(messages, buffer, 8) > 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = Round(messages, buffer, 1000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(sum > 1000);
        Assert.Equal(0, allocated);
    }

    private static long Round(byte[][] messages, byte[] buffer, int count)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        long sum = 0;
        for (var i = 0; i < count; i++)
        {
            var octets = messages[i % messages.Length];
            if (!DnsMessage.TryParse(octets, out var message))
            {
                return 0;
            }

            foreach (var record in message.Records)
            {
                sum += record.TryCopyOwner(name, out var length) ? length + record.Data.Length : 0;
            }

            sum += (int)DnsCaching.Classify(message) + (DnsCaching.TryGetNegativeTtl(message, out var seconds) ? seconds : 0);
            octets.CopyTo(buffer, 0);
            if (DnsEditor.TryOpen(buffer, octets.Length, out var editor))
            {
                editor.AgeTtls(1);
                editor.RemoveEdns();
                editor.TrySetEdns(1232, false, default);
                sum += editor.Length;
            }

            if (message.TryGetQuestion(out var question) && DnsWriter.TryBegin(buffer, message.Header, out var writer)
                && writer.TryAddQuestion(question.Name, question.Type, question.Class)
                && writer.TryAddA(DnsSection.Answer, question.Name, 60, WireSamples.IpA))
            {
                sum += writer.Length;
            }
        }

        return sum;
    }
}
