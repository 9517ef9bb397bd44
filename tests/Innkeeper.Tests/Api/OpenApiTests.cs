using System.Text.Json;
using Innkeeper.Api;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Repository;
using Innkeeper.Web;

namespace Innkeeper.Tests.Api;

/// <summary>The API's document that the daemon ships is the one that its routes and types make.</summary>
public sealed class OpenApiTests
{
    private const string Shipped = "src/Innkeeper/Api/openapi.json";

    private static readonly ApiRoute[] s_routes = [.. WebServer.RoutesOf(new FakeGateway().Operations), .. FirstRunRoutes.Of(new NoFirstRun())];

    /// <summary>To take the new document over, run this test with INNKEEPER_WRITE=1 and read the difference as a client would.</summary>
    [Fact]
    public void Document_IsWhatTheRoutesMake()
    {
        var document = OpenApiDocument.Of(s_routes);
        if (Environment.GetEnvironmentVariable("INNKEEPER_WRITE") == "1")
        {
            File.WriteAllText(Path.Combine(Checkout.Root, Shipped), document);
        }

        Assert.Equal(Checkout.Read(Shipped), document);
    }

    [Fact]
    public void Operations_HaveNamesOfTheirOwn() => Assert.Equal(s_routes.Length, s_routes.Select(r => r.Name).Distinct().Count());

    [Fact]
    public void References_LeadToSchemas()
    {
        using var document = JsonDocument.Parse(Checkout.Read(Shipped));
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(s => $"#/components/schemas/{s.Name}").ToHashSet();

        Assert.NotEmpty(schemas);
        Assert.All(ReferencesIn(document.RootElement), reference => Assert.Contains(reference, schemas));
    }

    private static IEnumerable<string> ReferencesIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "$ref" ? [p.Value.GetString()!] : ReferencesIn(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(ReferencesIn),
        _ => [],
    };
}
