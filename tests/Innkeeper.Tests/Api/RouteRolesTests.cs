using System.Runtime.CompilerServices;
using System.Text;
using Innkeeper.Api;
using Innkeeper.FirstRun;
using Innkeeper.Management;
using Innkeeper.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Api;

/// <summary>The role that a route's document names is the one that its operation demands.</summary>
public sealed class RouteRolesTests
{
    /// <summary>Bodies with which no operation has a reason of its own to refuse.</summary>
    private const string Body = """{"for":"8h"}""";

    private static readonly Dictionary<string, string> s_bodies = new()
    {
        ["approveDevice"] = Body,
        ["orderDevices"] = """{"order":"approve","for":"8h"}""",
    };

    private static readonly ApiRoute[] s_routes =
        [.. WebServer.RoutesOf(Bare()), .. FirstRunRoutes.Of((FirstRunOperations)RuntimeHelpers.GetUninitializedObject(typeof(FirstRunOperations)))];

    public static TheoryData<string> Names => [.. s_routes.Where(r => r.Role is not null).Select(r => r.Name)];

    /// <summary>The operations' own classes without anything that they work with: each asks for the permission first.</summary>
    private static GatewayOperations Bare()
    {
        var constructor = typeof(GatewayOperations).GetConstructors().Single(c => c.GetParameters().Length > 1);
        return (GatewayOperations)constructor.Invoke([.. constructor.GetParameters().Select(p => RuntimeHelpers.GetUninitializedObject(
            typeof(GatewayOperations).Assembly.GetTypes().Single(t => t.IsClass && t.IsAssignableTo(p.ParameterType))))]);
    }

    private static async Task<int> Ask(ApiRoute route, Permission permission)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpMaxRequestBodySizeFeature>(new BodySize());
        context.Request.Method = route.Method;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(s_bodies.GetValueOrDefault(route.Name, "{}")));
        var path = string.Join('/', route.Path.Split('/').Select(s => s.StartsWith('{') ? "02:00:00:00:00:01" : s));
        return (await new ApiRouter(s_routes, NullLogger.Instance, CancellationToken.None).AnswerAsync(context, path, new Actor("vera", ActorKind.Person, permission, "192.0.2.7"))).Status;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Route_IsRefusedToLowerRoles_AndToNoOther(string name)
    {
        var route = s_routes.Single(r => r.Name == name);

        foreach (var permission in Enum.GetValues<Permission>())
        {
            // A user's own password is theirs to change; another's needs an admin.
            var isRefused = permission < (name == "setUserPassword" ? Permission.Admin : route.Role);
            Assert.Equal(isRefused, await Ask(route, permission) == StatusCodes.Status403Forbidden);
        }
    }

    private sealed class BodySize : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly => false;

        public long? MaxRequestBodySize { get; set; }
    }
}
