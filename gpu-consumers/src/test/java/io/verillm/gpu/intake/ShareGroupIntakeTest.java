package io.verillm.gpu.intake;

class ShareGroupIntakeTest extends TaskIntakeContract {
  @Override
  TaskIntake connect(IntakeSettings settings) {
    return ShareGroupIntake.connect(settings);
  }
}
