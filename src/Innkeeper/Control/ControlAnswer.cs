using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Microsoft.AspNetCore.Http;

namespace Innkeeper.Control;

/// <summary>The answer to a request: a status and one line of JSON, a stream, or a file.</summary>
/// <param name="Stream">Not null: instead of a body.</param>
/// <param name="File">Not null: instead of a body. Disposed of when it is sent.</param>
internal sealed record ControlAnswer(int Status, byte[] Body, ControlStream? Stream = null, FileStream? File = null)
{
    public static ControlAnswer Of(FileStream file) => new(StatusCodes.Status200OK, [], File: file);

    public static ControlAnswer Of(ControlStream stream) => new(StatusCodes.Status200OK, [], stream);

    public static ControlAnswer Of<T>(T value, JsonTypeInfo<T> type) => new(StatusCodes.Status200OK, LineOf(value, type));

    public static ControlAnswer Of(Failure failure, int? status = null) => new(status ?? StatusOf(failure), LineOf(failure, ContractsContext.Default.Failure));

    public static byte[] LineOf<T>(T value, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(value, type), (byte)'\n'];

    private static int StatusOf(Failure failure) => failure switch
    {
        Invalid => StatusCodes.Status400BadRequest,
        Forbidden => StatusCodes.Status403Forbidden,
        NotFound => StatusCodes.Status404NotFound,
        Ambiguous or Conflict => StatusCodes.Status409Conflict,
        Rejected => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
