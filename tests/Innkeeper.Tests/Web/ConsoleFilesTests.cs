using System.IO.Compression;
using System.Net;
using System.Text;
using Innkeeper.Tests.Repository;

namespace Innkeeper.Tests.Web;

/// <summary>The console's files, as browsers and other clients get them.</summary>
public sealed class ConsoleFilesTests : IDisposable
{
    private readonly WebHarness _web = new();

    public void Dispose() => _web.Dispose();

    [Fact]
    public async Task Page_ForABrowser_IsCompressed_AndTheSameForAClientThatCannotDecompress()
    {
        using var compressed = await _web.Send("GET", "/", null, "Accept-Encoding: gzip, br");
        using var plain = await _web.Send("GET", "/index.html");

        Assert.Equal("gzip", Assert.Single(compressed.Content.Headers.ContentEncoding));
        Assert.Equal("text/html; charset=utf-8", plain.Content.Headers.ContentType!.ToString());
        using var gzip = new GZipStream(await compressed.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        var page = await plain.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("<!doctype html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(page, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain("<style", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", page.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ThatTheBrowserHas_IsNotSentAgain()
    {
        using var first = await _web.Send("GET", "/");
        using var again = await _web.Send("GET", "/", null, $"If-None-Match: {first.Headers.ETag}");

        Assert.Equal((HttpStatusCode.NotModified, 0), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length));
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Document_OfTheApi_IsTheOneOfTheSources()
    {
        using var response = await _web.Send("GET", "/api/v1/openapi.json");

        Assert.Equal(Checkout.Read("src/Innkeeper/Api/openapi.json"), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
