using System.Reflection;
using System.Text.Json.Serialization;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Management;

/// <summary>The answers' records are written by the gateway and read by its commands.</summary>
public sealed class ContractsTests
{
    public static TheoryData<string> Records => [.. Types.Select(t => t.Name)];

    private static IEnumerable<Type> Types => typeof(OrderReport).Assembly.GetTypes().Where(t => t.Namespace == typeof(OrderReport).Namespace && Omitted(t).Any());

    /// <summary>Reading demands each parameter that has no default: one that may be left out in writing would make the answer unreadable.</summary>
    [Theory]
    [MemberData(nameof(Records))]
    public void Field_ThatMayBeLeftOut_HasADefault(string record)
    {
        var type = Types.First(t => t.Name == record);
        var parameters = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance).SelectMany(c => c.GetParameters()).ToLookup(p => p.Name);

        Assert.All(Omitted(type), property => Assert.All(parameters[property.Name], p => Assert.True(p.HasDefaultValue, $"{record}.{property.Name}")));
    }

    private static IEnumerable<PropertyInfo> Omitted(Type type) =>
        type.GetProperties().Where(p => p.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.WhenWritingNull or JsonIgnoreCondition.WhenWritingDefault });
}
