package io.verillm.gpu.store;

import io.verillm.gpu.task.SealedStep;
import io.verillm.protocol.crypto.Hash;
import io.verillm.protocol.event.SignedRecord;
import io.verillm.protocol.sampling.EvidenceVector;
import io.verillm.protocol.trace.FinishReason;
import io.verillm.protocol.trace.NumericProfile;
import io.verillm.protocol.trace.RowType;
import io.verillm.protocol.trace.SealedCommitment;
import io.verillm.protocol.trace.Step;
import io.verillm.protocol.trace.Trace;
import io.verillm.protocol.trace.TraceShape;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Stored steps and task records to bytes and back. */
final class StepFormat {
  private static final int FIELD_BYTES_MAX = 1 << 27;

  /** More than a commitment's record, its seal and names, or a task's fields. */
  static final int FIELDS_BYTES_MAX = 8 << 10;

  private StepFormat() {}

  /** Most bytes of a stored step, with the ids of a task's context beside it. */
  static long bytesMax(TraceShape shape, int positions) {
    return FIELDS_BYTES_MAX + (long) positions * (shape.positionBytes() + 3L * Integer.BYTES);
  }

  static void write(SignedRecord record, OutputStream target) throws IOException {
    write(new DataOutputStream(target), record);
  }

  static SignedRecord decodeRecord(byte[] bytes) throws IOException {
    return readRecord(new DataInputStream(new ByteArrayInputStream(bytes)));
  }

  static void write(StoredStep stored, OutputStream target) throws IOException {
    SealedStep step = stored.step();
    TraceShape shape = step.trace().shape();
    DataOutputStream out = new DataOutputStream(target);
    write(out, stored.commitment());
    write(out, step.seal());
    field(out, step.evidence().bytes());
    field(out, step.outputTag().map(Hash::bytes).orElse(new byte[0]));
    out.write(shape.modelId().bytes());
    out.writeUTF(shape.profile().id());
    out.writeInt(shape.profile().rowType().ordinal());
    out.writeInt(shape.boundaries());
    out.writeInt(shape.dimension());
    step.trace().writeTo(out);
  }

  static StoredStep decodeStep(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    SignedRecord commitment = readRecord(in);
    SealedCommitment seal = readSeal(in);
    EvidenceVector evidence = new EvidenceVector(field(in));
    byte[] tag = field(in);
    TraceShape shape =
        new TraceShape(
            new Hash(in.readNBytes(Hash.LENGTH)),
            new NumericProfile(in.readUTF(), RowType.values()[in.readInt()]),
            in.readInt(),
            in.readInt());
    Trace trace = Trace.readFrom(in, shape);
    SealedStep step =
        new SealedStep(
            seal, evidence, trace, tag.length == 0 ? Optional.empty() : Optional.of(new Hash(tag)));
    return new StoredStep(step, commitment);
  }

  private static void write(DataOutputStream out, SignedRecord record) throws IOException {
    out.writeUTF(record.topic());
    out.writeInt(record.partition());
    out.writeLong(record.offset());
    field(out, record.key());
    field(out, record.value());
    out.writeUTF(record.signer());
    field(out, record.signature());
  }

  private static SignedRecord readRecord(DataInputStream in) throws IOException {
    return new SignedRecord(
        in.readUTF(), in.readInt(), in.readLong(), field(in), field(in), in.readUTF(), field(in));
  }

  private static void write(DataOutputStream out, SealedCommitment seal) throws IOException {
    out.write(seal.taskId().bytes());
    out.writeUTF(seal.worker());
    out.writeInt(seal.step().ordinal());
    out.write(seal.traceRoot().bytes());
    out.write(seal.evidenceRoot().bytes());
    out.writeInt(seal.size());
    out.write(seal.outputHash().bytes());
    out.writeInt(seal.finishReason().ordinal());
    out.writeUTF(seal.profile());
    out.write(seal.salt().bytes());
  }

  private static SealedCommitment readSeal(DataInputStream in) throws IOException {
    return new SealedCommitment(
        hash(in),
        in.readUTF(),
        Step.values()[in.readInt()],
        hash(in),
        hash(in),
        in.readInt(),
        hash(in),
        FinishReason.values()[in.readInt()],
        in.readUTF(),
        hash(in));
  }

  private static Hash hash(DataInputStream in) throws IOException {
    return new Hash(in.readNBytes(Hash.LENGTH));
  }

  private static void field(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] field(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > FIELD_BYTES_MAX) {
      throw new IOException("a stored field cannot have " + length + " bytes");
    }
    return in.readNBytes(length);
  }
}
