package io.fluxon.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * The bytes of one contract in Kafka: Avro single-object encoding, that is {@code C3 01}, the little-endian
 * CRC-64-AVRO fingerprint of the writer's schema, and the binary body.
 *
 * <p>Every version that was ever released is kept in {@link SchemaHistory}, so a reader resolves any earlier writer by
 * its fingerprint: ten bytes a record instead of a schema of kilobytes in each, and no registry server to run. Readers
 * are upgraded before writers; a fingerprint from the future is refused with its value.
 *
 * <p>Decoding throws nothing but {@link BadRecordException} and allocates no more than the bytes at hand can fill. Not
 * thread-safe.
 */
public final class AvroCodec<T extends SpecificRecordBase> {

    private static final int HEADER_BYTES = 10;

    static {
        // Avro instantiates no class that is not trusted by name; the contracts are this package.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                candidate -> candidate.getPackageName().equals(AvroCodec.class.getPackageName())));
    }

    private final Schema schema;
    private final BinaryMessageEncoder<T> encoder;
    private final Map<Long, DatumReader<T>> readers = new HashMap<>();
    private BinaryDecoder decoder;

    public AvroCodec(Class<T> contract) {
        schema = SpecificData.get().getSchema(contract);
        SpecificData model = SpecificData.getForClass(contract);
        encoder = new BinaryMessageEncoder<>(model, schema);
        for (Schema version : SchemaHistory.versions(schema.getName())) {
            readers.put(
                    SchemaNormalization.parsingFingerprint64(version),
                    new SpecificDatumReader<>(version, schema, model));
        }
    }

    public byte[] encode(T message) {
        try {
            ByteBuffer encoded = encoder.encode(message);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    public T decode(byte[] bytes) throws BadRecordException {
        if (bytes == null || bytes.length < HEADER_BYTES || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
            throw new BadRecordException("no Avro single-object header C3 01 in the first 10 of "
                    + (bytes == null ? 0 : bytes.length) + " bytes");
        }
        long fingerprint = fingerprint(bytes);
        DatumReader<T> reader = readers.get(fingerprint);
        if (reader == null) {
            throw new BadRecordException(
                    "no version of " + schema.getName() + " has fingerprint " + Long.toHexString(fingerprint));
        }
        try {
            decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, decoder);
            T message = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new BadRecordException("bytes left over after a complete " + schema.getName());
            }
            return message;
        } catch (IOException | RuntimeException e) {
            // Avro answers hostile bytes with runtime exceptions of many kinds.
            throw new BadRecordException("no valid " + schema.getName() + " body: " + oneLine(e), e);
        }
    }

    /** Whether bytes say that they are of this contract; they may be damaged all the same. */
    public boolean isNamedBy(byte[] bytes) {
        return bytes != null && bytes.length >= HEADER_BYTES && readers.containsKey(fingerprint(bytes));
    }

    private static long fingerprint(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
