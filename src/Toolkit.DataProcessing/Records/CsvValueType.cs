namespace Toolkit.DataProcessing;

/// <summary>The kind of value of a column: what sniffing finds, and what typed outputs store.</summary>
public enum CsvValueType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A truth value.</summary>
    Boolean,

    /// <summary>A signed integer of at most 64 bits.</summary>
    Integer,

    /// <summary>An unsigned integer of 64 bits.</summary>
    UnsignedInteger,

    /// <summary>A number of single precision.</summary>
    Single,

    /// <summary>A number of double precision.</summary>
    Double,

    /// <summary>A decimal number.</summary>
    Decimal,

    /// <summary>A date.</summary>
    Date,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A date and time.</summary>
    DateTime,

    /// <summary>A date and time with its offset.</summary>
    DateTimeOffset,

    /// <summary>An identifier.</summary>
    Guid,
}
