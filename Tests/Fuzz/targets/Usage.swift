// What is added, and what stands beside the journal: lines with a quantity, a dimension, tags as they are written and
// a sender's file.

import MPMeterCore
@testable import MPMeterJournal

func fuzz(_ input: [UInt8]) {
    for line in input.lines {
        if let past = Past(line) { expect(past.text.bytes == line, "a number of attempts survives being written") }
        guard let text = line.text else { continue }
        if let quantity = Quantity(text) {
            expect(quantity >= .zero && quantity <= .most, "a quantity has its bounds")
            expect(Quantity(quantity.text) == quantity, "a quantity survives being written and read")
            expect(quantity.wholePart <= quantity && quantity.wholePart.isWhole, "whole units are no more than all")
            expect(quantity.adding(.most) == nil || quantity == .zero, "no sum passes the limit")
        }
        if let tags = UsageTags(written: text) {
            expect(tags.text.isSame(as: text) && tags.tags.count <= UsageTags.mostKeys, "tags survive being read")
        }
        if UsageDimension.canBeListed(text) { expect(UsageDimension.isValid(text), "what can be listed is valid") }
    }
}
