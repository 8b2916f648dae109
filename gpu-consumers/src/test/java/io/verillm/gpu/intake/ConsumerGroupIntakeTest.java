package io.verillm.gpu.intake;

class ConsumerGroupIntakeTest extends TaskIntakeContract {
  @Override
  TaskIntake connect(IntakeSettings settings) {
    return ConsumerGroupIntake.connect(settings);
  }
}
